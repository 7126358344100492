"""The firm, customer of the service, and its staff: they set missions up, watch hours and dates, and read no content."""
