"""The life cycle drawn: where its states stand, and how arrows find their way between them."""
