// One polite live region for moves and limits: #said, made when the page has none.

export function say(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = document.createElement("p");
    place.id = "said";
    place.className = "vh";
    place.role = "status";
    document.body.append(place);
  }
  place.textContent = text;
}
