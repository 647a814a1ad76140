using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Recs.Schema.Models;

/// <summary>Model files as bytes: a head of 128 bytes, then the arrays, little-endian, under one 128-bit checksum.</summary>
public static class ModelCodec
{
    /// <summary>Longest vectors a model file may have.</summary>
    public const int DimsMax = 4096;

    /// <summary>Largest model file in bytes.</summary>
    public const int BytesMax = int.MaxValue - 64;

    /// <summary>Length of a model as a file, in bytes.</summary>
    public static long Measure(ModelFile model) => ModelHead.Of(model).FileBytes;

    /// <summary>Writes a model.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The arrays do not fit the shapes, or the file would be too large.</exception>
    public static byte[] Write(ModelFile model)
    {
        RequireLittleEndian();
        if (Fault(model) is { } fault)
        {
            throw new ArgumentException(fault, nameof(model));
        }

        var head = ModelHead.Of(model);
        if (head.FileBytes > BytesMax)
        {
            throw new ArgumentException(
                $"a model file has at most {BytesMax} bytes and this one would have {head.FileBytes}", nameof(model));
        }

        var file = new byte[head.FileBytes];
        head.Write(file);
        var rest = file.AsSpan(ModelHead.Bytes);
        Put<float>(model.Centroids, ref rest);
        Put<float>(model.Population, ref rest);
        Put<int>(model.ItemRows, ref rest);
        Put<float>(model.ItemVectors, ref rest);
        Put<float>(model.Gram, ref rest);
        Put<float>(model.ContentMap, ref rest);
        Put<int>(model.EdgeStarts, ref rest);
        Put<int>(model.EdgeRows, ref rest);
        Put<float>(model.EdgeAffinities, ref rest);
        Checksum(file, file.AsSpan(ModelHead.ChecksumAt, 16));
        return file;
    }

    /// <summary>Reads a model.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="version">The store's number of it.</param>
    /// <exception cref="InvalidDataException">
    /// It is not a model file, truncated, damaged or of an unknown layout; the message says which in one line.
    /// </exception>
    /// <remarks>Nothing is allocated before length and checksum are known to be right.</remarks>
    public static ModelFile Read(ReadOnlySpan<byte> file, long version = 0)
    {
        RequireLittleEndian();
        if (file.Length < ModelHead.Bytes)
        {
            throw new InvalidDataException($"model file is truncated: {file.Length} bytes are less than its head");
        }

        var head = ModelHead.Read(file);
        if (file.Length != head.FileBytes)
        {
            throw new InvalidDataException($"model file has {file.Length} bytes, and its head says {head.FileBytes}");
        }

        Span<byte> checksum = stackalloc byte[16];
        Checksum(file, checksum);
        if (!checksum.SequenceEqual(file.Slice(ModelHead.ChecksumAt, 16)))
        {
            throw new InvalidDataException("model file is damaged: its checksum does not match");
        }

        var model = Arrays(head, file[ModelHead.Bytes..], version);
        return Fault(model) is { } fault ? throw new InvalidDataException($"model file is not sound: {fault}") : model;
    }

    static ModelFile Arrays(in ModelHead head, ReadOnlySpan<byte> rest, long version) => new()
    {
        Version = version,
        Parent = head.Parent,
        Lineage = head.Lineage,
        ClusterIdBase = head.ClusterIdBase,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(head.CreatedMs),
        Dims = head.Dims,
        Buckets = head.Buckets,
        Embedding = head.Embedding,
        FoldInAlpha = head.Alpha,
        FoldInRidge = head.Ridge,
        FoldInSteps = head.Steps,
        PriorIntercept = head.Intercept,
        PriorSlope = head.Slope,
        PriorPairs = head.Pairs,
        Centroids = Take<float>(head.Clusters * head.Dims, ref rest),
        Population = Take<float>(head.Clusters, ref rest),
        ItemRows = Take<int>(head.Items, ref rest),
        ItemVectors = Take<float>(head.Items * head.Dims, ref rest),
        Gram = Take<float>(head.Dims * head.Dims, ref rest),
        ContentMap = Take<float>((head.Buckets + head.Embedding) * head.Dims, ref rest),
        EdgeStarts = Take<int>(head.Clusters + 1, ref rest),
        EdgeRows = Take<int>(head.Edges, ref rest),
        EdgeAffinities = Take<float>(head.Edges, ref rest),
    };

    /// <summary>What is wrong with a model's shapes, null when nothing is.</summary>
    static string? Fault(ModelFile model)
    {
        long dims = model.Dims;
        if (model.Centroids.Length != model.Clusters * dims || model.ItemVectors.Length != model.Items * dims
            || model.Gram.Length != dims * dims
            || model.ContentMap.Length != ((long)model.Buckets + model.Embedding) * dims
            || model.EdgeStarts.Length != model.Clusters + 1 || model.EdgeAffinities.Length != model.Edges)
        {
            return "an array does not have the shape that the others ask for";
        }

        if (!IsAscending(model.ItemRows))
        {
            return "item rows are not ascending";
        }

        if (model.EdgeStarts[0] != 0 || model.EdgeStarts[^1] != model.Edges)
        {
            return "edge starts do not span the edges";
        }

        for (var cluster = 0; cluster < model.Clusters; cluster++)
        {
            if (model.EdgeStarts[cluster] > model.EdgeStarts[cluster + 1] || !IsAscending(model.RowsOf(cluster)))
            {
                return $"the edges of cluster {cluster} are out of order";
            }
        }

        return null;
    }

    static bool IsAscending(ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || (i > 0 && rows[i] <= rows[i - 1]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>XXH3-128 of everything but the checksum itself, seeded with the length.</summary>
    static void Checksum(ReadOnlySpan<byte> file, Span<byte> checksum)
    {
        var hash = new XxHash128(file.Length);
        hash.Append(file[..ModelHead.ChecksumAt]);
        hash.Append(file[ModelHead.Bytes..]);
        hash.GetHashAndReset(checksum);
    }

    static void Put<T>(ReadOnlySpan<T> values, ref Span<byte> rest)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    static T[] Take<T>(int count, ref ReadOnlySpan<byte> rest)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(count);
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        rest[..bytes.Length].CopyTo(bytes);
        rest = rest[bytes.Length..];
        return values;
    }

    static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("model files are copied as they lie in memory, which must be little-endian");
        }
    }
}
