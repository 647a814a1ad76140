using System.Buffers.Binary;

namespace Recs.Schema.Models;

/// <summary>The fixed head of a model file: shapes and scalars. The layout stands in <c>schema/README.md</c>.</summary>
readonly record struct ModelHead(
    int Dims, int Clusters, int Buckets, int Embedding, int Items, int Edges,
    long Parent, long CreatedMs, int Lineage, int ClusterIdBase,
    float Alpha, float Ridge, int Steps, float Intercept, float Slope, int Pairs)
{
    public const int Bytes = 128;
    public const int ChecksumAt = 112;
    const ulong Magic = 0x4C444F4D53434552;
    const int Version = 1;

    /// <summary>Length of the whole file in bytes.</summary>
    public long FileBytes
    {
        get
        {
            long dims = Dims;
            var numbers = (Clusters * dims) + Clusters + Items + (Items * dims) + (dims * dims)
                + (((long)Buckets + Embedding) * dims) + Clusters + 1 + (2L * Edges);
            return Bytes + (numbers * sizeof(float));
        }
    }

    public static ModelHead Of(ModelFile model) => new(
        model.Dims, model.Clusters, model.Buckets, model.Embedding, model.Items, model.Edges,
        model.Parent, model.CreatedAt.ToUnixTimeMilliseconds(), model.Lineage, model.ClusterIdBase,
        model.FoldInAlpha, model.FoldInRidge, model.FoldInSteps, model.PriorIntercept, model.PriorSlope, model.PriorPairs);

    /// <summary>Writes everything but the checksum.</summary>
    public void Write(Span<byte> head)
    {
        head[..Bytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], Dims);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], Clusters);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], Buckets);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], Embedding);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], Items);
        BinaryPrimitives.WriteInt32LittleEndian(head[32..], Edges);
        BinaryPrimitives.WriteInt32LittleEndian(head[36..], Lineage);
        BinaryPrimitives.WriteInt64LittleEndian(head[40..], Parent);
        BinaryPrimitives.WriteInt64LittleEndian(head[48..], CreatedMs);
        BinaryPrimitives.WriteInt32LittleEndian(head[56..], ClusterIdBase);
        BinaryPrimitives.WriteInt32LittleEndian(head[60..], Steps);
        BinaryPrimitives.WriteSingleLittleEndian(head[64..], Alpha);
        BinaryPrimitives.WriteSingleLittleEndian(head[68..], Ridge);
        BinaryPrimitives.WriteSingleLittleEndian(head[72..], Intercept);
        BinaryPrimitives.WriteSingleLittleEndian(head[76..], Slope);
        BinaryPrimitives.WriteInt32LittleEndian(head[80..], Pairs);
    }

    /// <summary>Reads a head whose bytes are there.</summary>
    /// <exception cref="InvalidDataException">It is not one, of another version, or its shapes make no sense.</exception>
    public static ModelHead Read(ReadOnlySpan<byte> head)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(head) != Magic)
        {
            throw new InvalidDataException("not a model file: it does not begin with RECSMODL");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        if (version != Version)
        {
            throw new InvalidDataException($"model file layout {version} is not known here; this program reads {Version}");
        }

        var read = new ModelHead(
            BinaryPrimitives.ReadInt32LittleEndian(head[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[48..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[36..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[56..]),
            BinaryPrimitives.ReadSingleLittleEndian(head[64..]),
            BinaryPrimitives.ReadSingleLittleEndian(head[68..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[60..]),
            BinaryPrimitives.ReadSingleLittleEndian(head[72..]),
            BinaryPrimitives.ReadSingleLittleEndian(head[76..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[80..]));
        return read.IsPlausible ? read : throw new InvalidDataException("model file is damaged: its shapes make no sense");
    }

    bool IsPlausible =>
        Dims is > 0 and <= ModelCodec.DimsMax && Clusters > 0 && Buckets >= 0 && Embedding >= 0 && Items >= 0 && Edges >= 0
        && Steps > 0 && ClusterIdBase >= 0 && Lineage > 0 && Parent >= 0 && Pairs >= 0
        && (ulong)CreatedMs < 253402300800000;
}
