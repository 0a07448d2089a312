import Statistics
import Testing

/// Reference values to all digits from glibc's libm, which is another implementation.
@Suite("Real functions")
struct RealFunctionsTests {
    @Test(
        "ln",
        arguments: [
            (1, 0), (2, 0.693_147_180_559_945_3), (10, 2.302_585_092_994_045_7),
            (0.5, -0.693_147_180_559_945_3), (1e-300, -690.775_527_898_213_7),
            (1e300, 690.775_527_898_213_7), (1 + 0x1p-20, 9.536_738_616_591_883e-7),
        ] as [(Double, Double)]
    )
    func ln(x: Double, expected: Double) {
        #expect(abs(RealFunctions.ln(x) - expected) <= 2e-15 * abs(expected))
    }

    @Test("ln of what has none")
    func lnEdges() {
        #expect(RealFunctions.ln(0) == -.infinity)
        #expect(RealFunctions.ln(.infinity) == .infinity)
        #expect(RealFunctions.ln(-1).isNaN)
        #expect(RealFunctions.ln(.nan).isNaN)
        #expect(RealFunctions.ln(0x1p-1074) < -744)
    }

    @Test(
        "exp",
        arguments: [
            (0, 1), (1, 2.718_281_828_459_045), (-1, 0.367_879_441_171_442_33),
            (10, 22_026.465_794_806_718), (-700, 9.859_676_543_759_77e-305),
        ]
    )
    func exp(x: Double, expected: Double) {
        #expect(abs(RealFunctions.exp(x) / expected - 1) < 1e-14)
    }

    @Test("exp and ln undo each other over the whole range")
    func inverse() {
        for x in stride(from: -700.0, through: 700, by: 0.37) {
            #expect(abs(RealFunctions.ln(RealFunctions.exp(x)) - x) < 1e-14 * max(1, abs(x)))
        }
        #expect(RealFunctions.exp(1e9) == .infinity)
        #expect(RealFunctions.exp(-1e9) == 0)
        #expect(RealFunctions.exp(.nan).isNaN)
    }

    @Test(
        "ln Γ",
        arguments: [
            (0.5, 0.572_364_942_924_700_1), (1, 0), (3.5, 1.200_973_602_347_074_3),
            (10, 12.801_827_480_081_467), (100.5, 361.435_540_467_777_6),
            (1e6, 12_815_504.569_147_611),
        ]
    )
    func logGamma(x: Double, expected: Double) {
        #expect(abs(RealFunctions.logGamma(x) - expected) < 1e-14 * max(1, abs(expected)))
    }

    @Test("the incomplete beta function has its closed forms")
    func incompleteBeta() {
        for x in stride(from: 0.05, to: 1, by: 0.05) {
            // I_x(a, 1) = x^a, I_x(1, b) = 1 - (1-x)^b, I_x(2, 2) = x²(3-2x), all exact.
            let beta31 = RealFunctions.incompleteBeta(x, a: 3, b: 1)
            let beta13 = RealFunctions.incompleteBeta(x, a: 1, b: 3)
            let beta22 = RealFunctions.incompleteBeta(x, a: 2, b: 2)
            #expect(abs(beta31 - x * x * x) < 1e-14)
            #expect(abs(beta13 - (1 - (1 - x) * (1 - x) * (1 - x))) < 1e-14)
            #expect(abs(beta22 - x * x * (3 - 2 * x)) < 1e-14)
        }
        #expect(abs(RealFunctions.incompleteBeta(0.5, a: 5000, b: 5000) - 0.5) < 1e-10)
        #expect(RealFunctions.incompleteBeta(0, a: 2, b: 3) == 0)
        #expect(RealFunctions.incompleteBeta(1, a: 2, b: 3) == 1)
    }
}
