"""What a right subject answers: machines, complete suites, values, races."""
