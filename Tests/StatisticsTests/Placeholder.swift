import Testing

@Suite struct StatisticsPlaceholder {}
