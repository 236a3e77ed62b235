"""Wrong implementations in which a premise of the complete suites does not hold: one a kind of premise."""
