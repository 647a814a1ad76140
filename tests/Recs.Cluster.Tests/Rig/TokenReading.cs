using System.Buffers.Binary;
using System.Buffers.Text;

namespace Recs.Cluster.Tests.Rig;

/// <summary>What a decision token says, read by its documented layout (schema/README.md) and nothing of the program's own.</summary>
sealed class TokenReading
{
    const int HeadBytes = 52;
    const int ClusterBytes = 6;
    const int ItemBytes = 12;

    /// <summary>Active clusters with their weights in units of 1/65535.</summary>
    public (int Cluster, long Weight)[] Clusters { get; }

    /// <summary>Per item of the slate which of the clusters matched, as bits.</summary>
    public int[] Matched { get; }

    /// <summary>Reads a token.</summary>
    public TokenReading(string decisionId)
    {
        var bytes = Base64Url.DecodeFromChars(decisionId).AsSpan();
        var (surface, clusters, items) = (bytes[48], bytes[49], bytes[50]);
        var at = HeadBytes + surface;
        Clusters = new (int, long)[clusters];
        for (var k = 0; k < clusters; k++, at += ClusterBytes)
        {
            Clusters[k] = (BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 4)..]));
        }

        Matched = new int[items];
        for (var n = 0; n < items; n++, at += ItemBytes)
        {
            Matched[n] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 10)..]);
        }
    }
}
