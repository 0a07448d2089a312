import Testing

@Suite struct HostFactsPlaceholder {}
