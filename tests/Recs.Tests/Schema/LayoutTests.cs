using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;

using Xunit;

namespace Recs.Tests.Schema;

/// <summary>Stored and travelling bytes, made by another program from the tables of schema/README.md.</summary>
public sealed class LayoutTests
{
    const string Token =
        "AQcABSoAAAB7aOXPiwEAAO_Nq4lnRSMBEBESExQVFhcYGRobHB0eHwAAwL8AABBABAICAGhvbWUDAAAA_78LAAAAAEAFAAAAMzMAAAA_AQBwEQEAmZkA"
        + "AAA-AwAW0FES2c_r_TozkBzKC7Pe";

    const string Click =
        "730002010100FFFF00000000887BE5CF8B01000033221100DDCCBBAA0000000000000000101112131415161718191A1B1C1D1E1F00000000"
        + "EFCDAB89674523017B68E5CF8B0100002A0000000000C0BF0000104005020401686F6D6503000000FFBF0B000000004070110100999900"
        + "00003E030001";

    const string ImpliedImpression =
        "8000020003FF000000000000887BE5CF8B01000000000000000000000000000000000000101112131415161718191A1B1C1D1E1F00000000"
        + "EFCDAB89674523017B68E5CF8B0100002A0000000000C0BF0000104005020402686F6D6503000000FFBF0B000000004005000000333300"
        + "00003F0100007011010099990000003E030001";

    const string History =
        "3A00020200FF00800000F041887BE5CF8B01000033221100DDCCBBAA0000000000000000101112131415161718191A1B1C1D1E1F00000000"
        + "70110100";

    // As version 1 wrote them.
    const string FirstClick =
        "710001010100FFFF00000000887BE5CF8B01000033221100DDCCBBAA0000000000000000101112131415161718191A1B1C1D1E1F0000"
        + "EFCDAB89674523017B68E5CF8B0100002A0000000000C0BF0000104005020401686F6D6503000000FFBF0B000000004070110100999900"
        + "00003E030001";

    const string FirstHistory =
        "3800010200FF00800000F041887BE5CF8B01000033221100DDCCBBAA0000000000000000101112131415161718191A1B1C1D1E1F0000"
        + "70110100";

    static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1700000005000);
    static readonly UInt128 Key = 0xAABBCCDD00112233;

    static readonly Decision Decision = new()
    {
        Nonce = 0x0123456789ABCDEF,
        At = DateTimeOffset.FromUnixTimeMilliseconds(1700000000123),
        Policy = 5,
        Graph = 42,
        Viewer = new Guid([.. Enumerable.Range(0x10, 16).Select(value => (byte)value)]),
        PriorIntercept = -1.5f,
        PriorSlope = 2.25f,
        Surface = "home",
        Clusters = [new(3, Quantised.From(0.75)), new(11, Quantised.From(0.25))],
        Items = [new(5, Quantised.From(0.2), 0.5f, 1), new(70000, Quantised.From(0.6), 0.125f, 3)],
    };

    static readonly DecisionTokens Tokens =
        new([new TokenKey(7, Enumerable.Range(0, TokenKey.SecretBytes).Select(value => (byte)value).ToArray())], signing: 7);

    [Fact]
    public void A_token_has_the_documented_bytes() => Assert.Equal(Token, Tokens.Write(Decision));

    [Fact]
    public void A_token_reads_back_and_one_changed_bit_anywhere_refuses_it()
    {
        var read = Tokens.Read(Token);
        Assert.Equivalent(Decision, read, strict: true);

        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(Token);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.Null(Tokens.Read(System.Buffers.Text.Base64Url.EncodeToString(bytes)));
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    [Fact]
    public void Log_records_have_the_documented_bytes()
    {
        Assert.Equal(Click, Written(new() { Type = EventType.Click, Key = Key, At = At, Viewer = Decision.Viewer, Reward = Quantised.One, Decision = Decision, Position = 1 }));
        Assert.Equal(ImpliedImpression, Written(new() { Type = EventType.Impression, At = At, Viewer = Decision.Viewer, Decision = Decision, Position = -1, ImpliesImpression = true }));
        Assert.Equal(History, Written(new() { Type = EventType.Watch, Key = Key, At = At, Viewer = Decision.Viewer, Reward = Quantised.From(0.5), Value = 30, Row = 70000 }));
    }

    [Theory]
    [InlineData(Click + History)]
    [InlineData(FirstClick + FirstHistory)]
    [InlineData(FirstClick + History)]
    public void A_payload_of_records_of_either_version_reads_back_one_by_one(string payload)
    {
        var reader = new FeedbackReader(Convert.FromHexString(payload));

        Assert.True(reader.MoveNext());
        Assert.Equal((EventType.Click, 0, 70000, 1), (reader.Current.Type, reader.Current.Subject, reader.Current.Item(0).Row, reader.Current.Position(0)));
        Assert.True(reader.MoveNext());
        Assert.Equal((EventType.Watch, 70000, 30f), (reader.Current.Type, reader.Current.Row, reader.Current.Value));
        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(114)]
    public void A_record_cut_short_is_refused(int length) =>
        Assert.Throws<InvalidDataException>(() => new FeedbackReader(Convert.FromHexString(Click).AsSpan(0, length)).MoveNext());

    [Fact]
    public void Snapshot_entries_have_the_documented_lengths()
    {
        Assert.Equal((36, 52), (Unsafe.SizeOf<EdgeEntry>(), Unsafe.SizeOf<ItemEntry>()));
        Assert.Equal(12, Unsafe.SizeOf<ItemUpdate>());
        Assert.Equal((528, 16), (Unsafe.SizeOf<PopulationSums>(), Unsafe.SizeOf<HistoryUpdate>()));
    }

    [Fact]
    public void A_page_of_items_says_its_layout_and_reads_back()
    {
        ItemEntry[] entries = [new(7, 6, 5, 4, 3, 2, 1), new(4103, 1, 2, 3, 4, 5, 6)];
        var page = SnapshotPages.Payload<ItemEntry>(entries);
        Assert.Equal(
            "FEFFFFFF" + "07000000" + "0600000000000000" + "0500000000000000" + "0400000000000000" + "0300000000000000" + "0200000000000000" + "0100000000000000",
            Convert.ToHexString(page.AsSpan(0, 56)));
        Assert.Equal(entries, SnapshotPages.Entries<ItemEntry>(page));
        Assert.Empty(SnapshotPages.Payload<ItemEntry>([]));
        Assert.True(SnapshotPages.Entries<ItemEntry>([]).IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(13)]
    public void A_page_of_items_from_before_watches_were_summed_is_read_without_them(int count)
    {
        // Eleven entries of then are as long as seven of now without a head: lengths alone would not tell.
        var page = new byte[28 * count];
        for (var row = 0; row < count; row++)
        {
            var entry = page.AsSpan(28 * row);
            BinaryPrimitives.WriteInt32LittleEndian(entry, row);
            BinaryPrimitives.WriteInt64LittleEndian(entry[4..], 10 * row);
            BinaryPrimitives.WriteInt64LittleEndian(entry[12..], 100 * row);
            BinaryPrimitives.WriteInt64LittleEndian(entry[20..], 1000 * row);
        }

        Assert.Equal(
            Enumerable.Range(0, count).Select(row => new ItemEntry(row, 10 * row, 100 * row, 1000 * row, 0, 0, Math.Max(1, 10 * row))),
            SnapshotPages.Entries<ItemEntry>(page).ToArray());
    }

    [Fact]
    public void A_page_of_an_unknown_layout_or_a_broken_length_is_refused()
    {
        var page = SnapshotPages.Payload<ItemEntry>([new ItemEntry(1)]);
        Assert.Throws<InvalidDataException>(() => SnapshotPages.Entries<ItemEntry>(page.AsSpan(0, 55)));
        Assert.Throws<InvalidDataException>(() => SnapshotPages.Entries<ItemEntry>(new byte[27]));
        page[0]--;
        Assert.Throws<InvalidDataException>(() => SnapshotPages.Entries<ItemEntry>(page));
    }

    [Fact]
    public void Keys_are_the_published_hash()
    {
        // XXH3-128 of nothing, as the hash's own test vectors give it.
        Assert.Equal("99AA06D3014798D86001C324468D497F", Convert.ToHexString(StableKeys.Viewer("").ToByteArray()));
        Assert.Equal((int)(0xD8984701D306AA99 % 16), StableKeys.Shard("", 16));
        Assert.Equal(5, StableKeys.Partition(Guid.Empty, nonce: 21, partitions: 16));
    }

    static string Written(in LoggedEvent logged)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FeedbackWriter.Write(logged, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
