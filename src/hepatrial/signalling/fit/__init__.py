"""Fit of the network's strengths to perturbed HepG2 cells; run ``python -m hepatrial.signalling.fit``."""
