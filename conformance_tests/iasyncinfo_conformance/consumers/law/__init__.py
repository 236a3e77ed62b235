"""What obliges a consumer: situations as data, rules as predicates over what was seen, and points."""
