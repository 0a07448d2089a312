import Testing

@Suite struct ResultStorePlaceholder {}
