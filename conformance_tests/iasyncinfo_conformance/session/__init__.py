"""One kind of one subject, as every engine is given it; and from words that fail to short ones and their causes."""
