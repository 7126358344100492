"""Jobs: what the house does after an answer has left. Each acts as the person who caused it, or whom it is for."""
