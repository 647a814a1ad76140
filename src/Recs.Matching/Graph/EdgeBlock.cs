using System.Runtime.InteropServices;

namespace Recs.Matching.Graph;

/// <summary>
/// Header of the edges of one cluster in native memory. After it lie, each 64-byte aligned,
/// <c>int label[capacity]</c> ascending, <c>ulong bd[capacity]</c> (b in the low, d in the high 32 bits, floats) and
/// <c>float record[capacity][4]</c> = (E, W, d, x). 28 bytes an edge.
/// </summary>
/// <remarks>
/// Entries below the count never move: a new edge is appended when its label is the greatest, otherwise the block is
/// copied. So a reader that holds a block and has read the count may use its labels for as long as it is pinned.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = HeaderBytes)]
unsafe struct EdgeBlock
{
    public const int HeaderBytes = 64;
    const int EdgeBytes = 28;

    /// <summary>Edges in use; raised by the writer after the edge is complete.</summary>
    public int Count;

    /// <summary>Room, a multiple of 16, so that whole vectors may be read past the count.</summary>
    public int Capacity;

    /// <summary>Unique among all blocks of a process; never 0.</summary>
    public uint Stamp;

    /// <summary>The smallest affinity in the block: what an item without an edge here has at most, about.</summary>
    public float AffinityFloor;

    /// <summary>Whether the block has its own allocation, or is a part of the table's first one.</summary>
    public bool Owned;

    public static int RoundedCapacity(int edges) => (edges + 15) & ~15;

    public static nuint Bytes(int capacity) => HeaderBytes + ((nuint)capacity * EdgeBytes);

    public static int* Labels(EdgeBlock* block) => (int*)((byte*)block + HeaderBytes);

    public static ulong* Sums(EdgeBlock* block) => (ulong*)((byte*)block + HeaderBytes + (4L * block->Capacity));

    public static float* Records(EdgeBlock* block) => (float*)((byte*)block + HeaderBytes + (12L * block->Capacity));

    /// <summary>Position of a label among the first entries, or the complement of where it belongs. O(log count).</summary>
    public static int Find(EdgeBlock* block, int count, int label)
    {
        var labels = Labels(block);
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (labels[middle] < label)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < count && labels[low] == label ? low : ~low;
    }

    /// <summary>Copies one entry between blocks, sums included.</summary>
    public static void Copy(EdgeBlock* from, int source, EdgeBlock* to, int target)
    {
        Labels(to)[target] = Labels(from)[source];
        Sums(to)[target] = Sums(from)[source];
        ((UInt128*)Records(to))[target] = ((UInt128*)Records(from))[source];
    }

    /// <summary>Writes an entry that was never tried.</summary>
    public static void PutUntried(EdgeBlock* block, int position, int label, float affinity)
    {
        Labels(block)[position] = label;
        Sums(block)[position] = 0;
        var record = Records(block) + (4L * position);
        record[0] = 0;
        record[1] = 0;
        record[2] = 0;
        record[3] = affinity;
    }
}
