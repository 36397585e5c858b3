"""Papers that leave the house: set as PDF, or as a letter that people go on editing."""
