import Testing

@Suite struct TargetSafetyPlaceholder {}
