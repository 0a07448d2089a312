import Testing

@Suite struct ArgumentTablePlaceholder {}
