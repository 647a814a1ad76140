using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Recs.Neural.Tables;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>
/// How many ids share a row when rows are found by a hash modulo their number, and when they are found in a collisionless
/// table: the first experiment of Monolith (arXiv 2209.07663, table 1), from ids alone.
/// </summary>
public static class CollisionStudy
{
    /// <summary>Rows of the hashed table: the capacity that gives the published shares.</summary>
    public const int RowsDefault = 1_000_000;

    /// <summary>Counts.</summary>
    /// <param name="name">What the ids are of; it is part of what is hashed.</param>
    /// <param name="ids">Number of ids, 1, 2, 3, ….</param>
    /// <param name="rows">Rows of the hashed table.</param>
    public static CollisionOutcome Run(string name, int ids, int rows)
    {
        var hashed = new HashSet<uint>();
        var table = new EmbeddingTable(new EmbeddingTableOptions(1, ids), new OpenAdmission());
        var own = new HashSet<int>();
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        for (var id = 1; id <= ids; id++)
        {
#pragma warning disable CA5351 // The published study hashes with MD5; nothing is kept secret by it.
            _ = MD5.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {id}")), digest);
#pragma warning restore CA5351
            var key = BinaryPrimitives.ReadUInt128LittleEndian(digest);
            _ = hashed.Add((uint)(key % (uint)rows));
            _ = own.Add(table.GetOrAdd(key, 0));
        }

        return new(name, ids, rows, hashed.Count, own.Count);
    }
}
