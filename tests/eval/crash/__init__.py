"""Programs killed, starved and locked out at random moments: nothing committed is lost, no file is half there."""
