import Testing

@testable import Statistics

@Suite("StudentT")
struct StudentTTests {
    @Test(
        "quantiles are those of the printed tables",
        arguments: [
            (1, 0.005, 63.6567), (4, 0.005, 4.6041), (9, 0.005, 3.2498), (9, 0.025, 2.2622),
            (29, 0.005, 2.7564), (1_000_000, 0.005, 2.5758),
        ]
    )
    func table(degrees: Int, tail: Double, value: Double) {
        #expect(abs(StudentT.quantile(tail: tail, degrees: degrees) - value) < 1e-4)
    }

    @Test("absurd arguments are clamped", arguments: [(0, 0.5), (-3, 2.0), (5, .nan)])
    func absurd(degrees: Int, tail: Double) {
        #expect(StudentT.quantile(tail: tail, degrees: degrees) >= 0)
    }
}
