import Testing

@Suite struct RatingPlaceholder {}
