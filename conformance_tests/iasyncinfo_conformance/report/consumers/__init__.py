"""What was found of a consumer, printed, and how it fared as every report shows it."""
