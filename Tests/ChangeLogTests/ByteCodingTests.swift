import ChangeLog
import Testing

@Suite("Numbers and strings as bytes")
struct ByteCodingTests {
    @Test("every number is read back, in the fewest bytes")
    func numbers() throws {
        var luck = Luck(seed: 1)
        let shifted = (0..<64).flatMap { [UInt64(1) << UInt64($0), UInt64(1) << UInt64($0) - 1] }
        for number in shifted + [.max] + (0..<200).map({ _ in luck.next() }) {
            var writer = ByteWriter()
            writer.unsigned(number)
            #expect(writer.bytes.count == max(1, (64 - number.leadingZeroBitCount + 6) / 7))
            let signed = Int64(bitPattern: number)
            writer.signed(signed)
            writer.fixed64(number)
            writer.string([1, 2, 3])
            var reader = ByteReader(writer.bytes)
            #expect(try reader.unsigned() == number)
            #expect(try reader.signed() == signed)
            #expect(try reader.fixed64() == number)
            #expect(try reader.string() == [1, 2, 3])
            #expect(reader.isAtEnd)
        }
    }

    @Test("signs alternate, so that small numbers of either sign take one byte")
    func zigzag() {
        for (number, byte) in [(0, 0), (-1, 1), (1, 2), (-2, 3), (-64, 127)] as [(Int64, UInt8)] {
            var writer = ByteWriter()
            writer.signed(number)
            #expect(writer.bytes == [byte])
        }
    }

    @Test("a number of more than 64 bits is refused, however it is written")
    func tooGreat() throws {
        let nine = [UInt8](repeating: 0xff, count: 9)
        for tail in [[0x02], [0x7f], [0x81, 0x00], [0x80, 0x80, 0x01]] as [[UInt8]] {
            var reader = ByteReader(nine + tail)
            #expect(throws: MalformedBytes.self) { try reader.unsigned() }
        }
        var greatest = ByteReader(nine + [0x01])
        #expect(try greatest.unsigned() == .max)
    }

    @Test("a count is never more than the bytes that are left, nor an index beyond its limit")
    func counts() throws {
        var fits = ByteReader([2, 0, 0])
        #expect(try fits.count() == 2)
        for bytes in [[3, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0]] as [[UInt8]] {
            var reader = ByteReader(bytes)
            #expect(throws: MalformedBytes.self) { try reader.count() }
        }
        var bounded = ByteReader([2, 0, 0])
        #expect(throws: MalformedBytes.self) { try bounded.count(atMost: 1) }
        var index = ByteReader([4, 5])
        #expect(try index.index(below: 5) == 4)
        #expect(throws: MalformedBytes.self) { try index.index(below: 5) }
        var none = ByteReader([0])
        #expect(throws: MalformedBytes.self) { try none.index(below: 0) }
    }

    @Test("what is cut short is refused, with the place")
    func cuts() {
        var empty = ByteReader([])
        #expect(throws: MalformedBytes("cut short", offset: 0)) { try empty.byte() }
        var varint = ByteReader([0x80])
        #expect(throws: MalformedBytes("cut short", offset: 1)) { try varint.unsigned() }
        var fixed = ByteReader([1, 2, 3, 4, 5, 6, 7])
        #expect(throws: MalformedBytes("cut short", offset: 0)) { try fixed.fixed64() }
        var raw = ByteReader([1, 2])
        #expect(throws: MalformedBytes("cut short", offset: 0)) { try raw.raw(3) }
        #expect(throws: MalformedBytes("cut short", offset: 0)) { try raw.raw(-1) }
    }
}
