using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Matching.Graph;

/// <summary>
/// Adds the contributions of one cluster's edges to the slots of their items. Giving an item its slot, at its first
/// edge, takes no branch: which labels are new is a coin toss that no processor predicts.
/// </summary>
/// <remarks>
/// In two passes, the second four edges at a time. A store whose address comes out of a load holds up all later loads
/// where the processor may not guess past it (speculative store bypass disabled, as on many shared machines): one
/// pass edge by edge then costs 3.3 ns an edge. In the first pass every address is known from the labels; in the
/// second the four addresses are known before the first store. Labels of a cluster are distinct, so four edges at
/// once touch four slots.
/// </remarks>
static unsafe class SlotScatter
{
    /// <summary>Finds the slots of the labels; items met for the first time get the next ones.</summary>
    /// <param name="labels">Shape [count], distinct.</param>
    /// <param name="count">Edges.</param>
    /// <param name="work">Holds the map, and receives the slots as the map counts them.</param>
    /// <param name="used">Slots in use before.</param>
    /// <returns>Slots in use after.</returns>
    public static int FindSlots(int* labels, int count, Workspace work, int used)
    {
        var slotOf = work.SlotOfLabel;
        var slots = work.ChunkSlots;
        var first = work.Base + 1;
        var last = work.Base + used;
        var end = slots + count;
        for (; slots + 2 <= end; slots += 2, labels += 2)
        {
            nuint one = (uint)labels[0], other = (uint)labels[1];
            slots[0] = slotOf[one] = Slot(slotOf[one], first, ref last);
            slots[1] = slotOf[other] = Slot(slotOf[other], first, ref last);
        }

        if (slots < end)
        {
            *slots = slotOf[*labels] = Slot(slotOf[*labels], first, ref last);
        }

        return last - work.Base;
    }

    /// <summary>Adds two sums an item, at the slots found.</summary>
    /// <param name="labels">Shape [count], distinct.</param>
    /// <param name="pairs">Shape [count][2].</param>
    /// <param name="count">Edges.</param>
    /// <param name="bit">The mark of the active cluster.</param>
    /// <param name="work">Holds slots, marks and sums.</param>
    public static void AddPairs(int* labels, double* pairs, int count, ulong bit, Workspace work)
    {
        var slots = (uint*)work.ChunkSlots;
        var marks = work.Marks - 1 - work.Base;
        var sums = (double*)work.Sums - 1 - work.Base;
        var end = slots + count;
        for (; slots + 4 <= end; slots += 4, labels += 4, pairs += 4)
        {
            nuint s0 = slots[0], s1 = slots[1], s2 = slots[2], s3 = slots[3];
            var m0 = marks[s0] | (uint)labels[0] | bit;
            var m1 = marks[s1] | (uint)labels[1] | bit;
            var m2 = marks[s2] | (uint)labels[2] | bit;
            var m3 = marks[s3] | (uint)labels[3] | bit;
            var p0 = Sum(sums[s0], pairs[0]);
            var p1 = Sum(sums[s1], pairs[1]);
            var p2 = Sum(sums[s2], pairs[2]);
            var p3 = Sum(sums[s3], pairs[3]);
            marks[s0] = m0;
            marks[s1] = m1;
            marks[s2] = m2;
            marks[s3] = m3;
            sums[s0] = p0;
            sums[s1] = p1;
            sums[s2] = p2;
            sums[s3] = p3;
        }

        for (; slots < end; slots++, labels++, pairs++)
        {
            marks[*slots] |= (uint)*labels | bit;
            sums[*slots] = Sum(sums[*slots], *pairs);
        }
    }

    /// <summary>As the pairs are, with four sums an item.</summary>
    public static void AddQuads(int* labels, float* quads, int count, ulong bit, Workspace work)
    {
        var slots = (uint*)work.ChunkSlots;
        var marks = work.Marks - 1 - work.Base;
        var sums = (Vector128<float>*)work.Sums - 1 - work.Base;
        var values = (Vector128<float>*)quads;
        var end = slots + count;
        for (; slots + 4 <= end; slots += 4, labels += 4, values += 4)
        {
            nuint s0 = slots[0], s1 = slots[1], s2 = slots[2], s3 = slots[3];
            var m0 = marks[s0] | (uint)labels[0] | bit;
            var m1 = marks[s1] | (uint)labels[1] | bit;
            var m2 = marks[s2] | (uint)labels[2] | bit;
            var m3 = marks[s3] | (uint)labels[3] | bit;
            var q0 = sums[s0] + values[0];
            var q1 = sums[s1] + values[1];
            var q2 = sums[s2] + values[2];
            var q3 = sums[s3] + values[3];
            marks[s0] = m0;
            marks[s1] = m1;
            marks[s2] = m2;
            marks[s3] = m3;
            sums[s0] = q0;
            sums[s1] = q1;
            sums[s2] = q2;
            sums[s3] = q3;
        }

        for (; slots < end; slots++, labels++, values++)
        {
            marks[*slots] |= (uint)*labels | bit;
            sums[*slots] += *values;
        }
    }

    /// <summary>Adds two sums an item where a label's place is known without a map.</summary>
    /// <param name="labels">Shape [count], distinct.</param>
    /// <param name="pairs">Shape [count][2].</param>
    /// <param name="count">Edges.</param>
    /// <param name="sums">Where label 0 would be.</param>
    public static void AddPairs(int* labels, double* pairs, int count, double* sums)
    {
        var end = labels + count;
        for (; labels + 4 <= end; labels += 4, pairs += 4)
        {
            nint s0 = labels[0], s1 = labels[1], s2 = labels[2], s3 = labels[3];
            var p0 = Sum(sums[s0], pairs[0]);
            var p1 = Sum(sums[s1], pairs[1]);
            var p2 = Sum(sums[s2], pairs[2]);
            var p3 = Sum(sums[s3], pairs[3]);
            sums[s0] = p0;
            sums[s1] = p1;
            sums[s2] = p2;
            sums[s3] = p3;
        }

        for (; labels < end; labels++, pairs++)
        {
            sums[*labels] = Sum(sums[*labels], *pairs);
        }
    }

    /// <summary>The same with four sums an item.</summary>
    public static void AddQuads(int* labels, float* quads, int count, float* sums)
    {
        var to = (Vector128<float>*)sums;
        var values = (Vector128<float>*)quads;
        var end = labels + count;
        for (; labels + 4 <= end; labels += 4, values += 4)
        {
            nint s0 = labels[0], s1 = labels[1], s2 = labels[2], s3 = labels[3];
            var q0 = to[s0] + values[0];
            var q1 = to[s1] + values[1];
            var q2 = to[s2] + values[2];
            var q3 = to[s3] + values[3];
            to[s0] = q0;
            to[s1] = q1;
            to[s2] = q2;
            to[s3] = q3;
        }

        for (; labels < end; labels++, values++)
        {
            to[*labels] += *values;
        }
    }

    /// <summary>Adds to items that have a slot already; other edges are passed over.</summary>
    /// <param name="labels">Shape [count], distinct.</param>
    /// <param name="values">Shape [count][width].</param>
    /// <param name="width">Sums an item: 2 or 4.</param>
    /// <param name="count">Edges.</param>
    /// <param name="bit">The mark of the active cluster.</param>
    /// <param name="work">Holds slots, marks and sums.</param>
    public static void AddKnown(int* labels, float* values, int width, int count, ulong bit, Workspace work)
    {
        var slotOf = work.SlotOfLabel;
        for (var edge = 0; edge < count; edge++)
        {
            var slot = slotOf[labels[edge]] - work.Base - 1;
            if (slot >= 0)
            {
                work.Marks[slot] |= bit;
                for (var lane = 0; lane < width; lane++)
                {
                    work.Sums[((long)slot * width) + lane] += values[((long)edge * width) + lane];
                }
            }
        }
    }

    /// <summary>The number an item has, or the next one when its number is of an earlier request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Slot(int known, int first, ref int last)
    {
        var isNew = (int)((uint)(known - first) >> 31);
        last += isNew;
        return last ^ ((last ^ known) & (isNew - 1));
    }

    /// <summary>The sum of two pairs of floats, each pair in the bits of a double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Sum(double left, double right) =>
        (Vector128.CreateScalarUnsafe(left).AsSingle() + Vector128.CreateScalarUnsafe(right).AsSingle())
            .AsDouble().ToScalar();
}
