"""Right implementations that look wrong at first sight."""
