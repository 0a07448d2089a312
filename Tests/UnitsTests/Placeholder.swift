import Testing

@Suite struct UnitsPlaceholder {}
