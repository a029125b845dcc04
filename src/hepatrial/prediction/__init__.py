"""What the calibration makes expect: trials under draws of what is not known, and phase 3 trials after phase 2."""
