"""Response criteria: RECIST on the whole tumour, mRECIST on what is viable."""
