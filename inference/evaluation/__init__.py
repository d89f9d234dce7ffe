"""Whether what is written is true: a reference, a judge of texts, and sentences made false."""
