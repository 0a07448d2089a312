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
    func table(degrees: Double, tail: Double, value: Double) {
        let quantile = StudentT.upperQuantile(tail: tail, degreesOfFreedom: degrees)
        #expect(abs(quantile - value) < 1e-4)
    }

    @Test(
        "absurd arguments give a number that is no trap",
        arguments: [(0, 0.5), (-3, 2.0), (5, .nan)]
    )
    func absurd(degrees: Double, tail: Double) {
        #expect(StudentT.upperQuantile(tail: tail, degreesOfFreedom: degrees) >= 0)
    }
}
