using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Recs.Schema.Decisions;

/// <summary>
/// Writes and reads decision tokens: a versioned little-endian layout signed with HMAC-SHA256 (first 16 bytes) and
/// written as base64url. The layout stands in <c>schema/README.md</c>.
/// </summary>
/// <remarks>Immutable and safe for any number of threads. Under 1 KB of text for 50 items and 10 clusters.</remarks>
public sealed class DecisionTokens
{
    const byte Version = 1;
    const int HeaderBytes = 52;
    const int ClusterBytes = 6;
    const int ItemBytes = 12;
    const int SignatureBytes = 16;

    const int BytesMax = HeaderBytes + Decision.SurfaceBytesMax + (Decision.ClustersMax * ClusterBytes)
        + (Decision.ItemsMax * ItemBytes) + SignatureBytes;

    readonly TokenKey?[] _keys = new TokenKey?[256];
    readonly TokenKey _signing;

    /// <param name="keys">Every key that may verify; at least one.</param>
    /// <param name="signing">Id of the key that signs.</param>
    /// <exception cref="ArgumentException">No key has the id of the one that signs.</exception>
    public DecisionTokens(IReadOnlyCollection<TokenKey> keys, byte signing)
    {
        foreach (var key in keys)
        {
            _keys[key.Id] = key;
        }

        _signing = _keys[signing] ?? throw new ArgumentException($"There is no token key {signing}.", nameof(signing));
    }

    /// <summary>Id of the key that signs.</summary>
    public byte Signing => _signing.Id;

    /// <summary>Whether there is a key of that id.</summary>
    public bool Knows(byte id) => _keys[id] is not null;

    /// <summary>Id of the key that a token says it was signed with, unverified; null where it is no token of this version.</summary>
    public static byte? KeyOf(ReadOnlySpan<char> token)
    {
        Span<byte> head = stackalloc byte[3];
        return token.Length is > 4 && token.Length <= CharsMax
            && Base64Url.DecodeFromChars(token[..4], head, out _, out _) == OperationStatus.Done && head[0] == Version
            ? head[1]
            : null;
    }

    /// <summary>Longest token in characters; anything longer is refused unread.</summary>
    public static int CharsMax { get; } = Base64Url.GetEncodedLength(BytesMax);

    /// <summary>Signs a decision.</summary>
    public string Write(Decision decision)
    {
        Span<byte> buffer = stackalloc byte[BytesMax];
        var length = WriteBody(decision, buffer);
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_signing.Secret.Span, buffer[..length], signature);
        signature[..SignatureBytes].CopyTo(buffer[length..]);
        return Base64Url.EncodeToString(buffer[..(length + SignatureBytes)]);
    }

    /// <summary>Verifies and reads a token.</summary>
    /// <returns>The decision, or null when the token is damaged, forged, of an unknown version or of an unknown key.</returns>
    public Decision? Read(ReadOnlySpan<char> token)
    {
        if (token.Length > CharsMax)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[BytesMax + 3];
        if (Base64Url.DecodeFromChars(token, buffer, out _, out var length) != OperationStatus.Done
            || length < HeaderBytes + SignatureBytes
            || buffer[0] != Version || _keys[buffer[1]] is not { } key)
        {
            return null;
        }

        var body = buffer[..(length - SignatureBytes)];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret.Span, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected[..SignatureBytes], buffer[body.Length..length])
            ? ReadBody(body)
            : null;
    }

    int WriteBody(Decision decision, Span<byte> buffer)
    {
        buffer[..HeaderBytes].Clear();
        buffer[0] = Version;
        buffer[1] = _signing.Id;
        buffer[3] = decision.Policy;
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[4..], decision.Graph);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[8..], decision.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[16..], decision.Nonce);
        decision.Viewer.TryWriteBytes(buffer[24..]);
        BinaryPrimitives.WriteSingleLittleEndian(buffer[40..], decision.PriorIntercept);
        BinaryPrimitives.WriteSingleLittleEndian(buffer[44..], decision.PriorSlope);
        var surface = Encoding.UTF8.GetBytes(decision.Surface, buffer.Slice(HeaderBytes, Decision.SurfaceBytesMax));
        buffer[48] = (byte)surface;
        buffer[49] = (byte)decision.Clusters.Length;
        buffer[50] = (byte)decision.Items.Length;
        var at = HeaderBytes + surface;
        foreach (var (cluster, weight) in decision.Clusters)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], cluster);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[(at + 4)..], weight);
            at += ClusterBytes;
        }

        foreach (var item in decision.Items)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer[at..], item.Word);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[(at + 4)..], item.Prior);
            BinaryPrimitives.WriteSingleLittleEndian(buffer[(at + 6)..], item.Propensity);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[(at + 10)..], item.Matched);
            at += ItemBytes;
        }

        return at;
    }

    static Decision? ReadBody(ReadOnlySpan<byte> body)
    {
        int surface = body[48], clusters = body[49], items = body[50];
        if (body.Length != HeaderBytes + surface + (clusters * ClusterBytes) + (items * ItemBytes))
        {
            return null;
        }

        var contexts = new ClusterWeight[clusters];
        var at = HeaderBytes + surface;
        for (var k = 0; k < clusters; k++, at += ClusterBytes)
        {
            contexts[k] = new ClusterWeight(
                BinaryPrimitives.ReadInt32LittleEndian(body[at..]),
                BinaryPrimitives.ReadUInt16LittleEndian(body[(at + 4)..]));
        }

        var slate = new DecidedItem[items];
        for (var position = 0; position < items; position++, at += ItemBytes)
        {
            var word = BinaryPrimitives.ReadInt32LittleEndian(body[at..]);
            slate[position] = new DecidedItem(
                DecidedItem.RowOf(word),
                BinaryPrimitives.ReadUInt16LittleEndian(body[(at + 4)..]),
                BinaryPrimitives.ReadSingleLittleEndian(body[(at + 6)..]),
                BinaryPrimitives.ReadUInt16LittleEndian(body[(at + 10)..]),
                DecidedItem.SourceOf(word));
        }

        return new Decision
        {
            Policy = body[3],
            Graph = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]),
            At = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(body[8..])),
            Nonce = BinaryPrimitives.ReadUInt64LittleEndian(body[16..]),
            Viewer = new Guid(body.Slice(24, 16)),
            PriorIntercept = BinaryPrimitives.ReadSingleLittleEndian(body[40..]),
            PriorSlope = BinaryPrimitives.ReadSingleLittleEndian(body[44..]),
            Surface = Encoding.UTF8.GetString(body.Slice(HeaderBytes, surface)),
            Clusters = contexts,
            Items = slate,
        };
    }
}
