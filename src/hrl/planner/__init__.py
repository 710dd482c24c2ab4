"""Task in, validated plan out."""
