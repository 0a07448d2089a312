import Testing

@Suite struct IOEnginesPlaceholder {}
