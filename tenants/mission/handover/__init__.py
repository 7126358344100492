"""« Passation »: what a mentor who was replaced may still do for fifteen days, on one page, without taking part."""
