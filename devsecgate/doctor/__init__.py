"""CI workflows and hook configuration in, every way in which their security gates are neutered out."""
