using System.Runtime.Intrinsics;

namespace Recs.Matching.Graph;

/// <summary>
/// Adds the contributions of one cluster's edges to the slots of their items. Giving an item its slot, at its first
/// edge, takes no branch: which labels are new is a coin toss that no processor predicts.
/// </summary>
static unsafe class SlotScatter
{
    /// <summary>Adds pairs; items met for the first time get the next slots.</summary>
    /// <param name="labels">Shape [count], distinct.</param>
    /// <param name="pairs">Shape [count][2].</param>
    /// <param name="count">Edges.</param>
    /// <param name="bit">The mark of the active cluster.</param>
    /// <param name="work">Holds slots, marks and sums.</param>
    /// <param name="used">Slots in use before.</param>
    /// <returns>Slots in use after.</returns>
    public static int AddPairs(int* labels, double* pairs, int count, ulong bit, Workspace work, int used)
    {
        var slotOf = work.SlotOfLabel;
        var marks = work.Marks - 1;
        var sums = (double*)work.Sums - 1;
        var start = work.Base;
        for (var edge = 0; edge < count; edge++)
        {
            var label = labels[edge];
            var known = slotOf[label] - start;
            var isNew = (int)((uint)(known - 1) >> 31);
            used += isNew;
            var slot = (long)((known & (isNew - 1)) | (used & -isNew));
            slotOf[label] = start + (int)slot;
            marks[slot] |= (uint)label | bit;
            var sum = Vector128.CreateScalarUnsafe(sums[slot]).AsSingle()
                + Vector128.CreateScalarUnsafe(pairs[edge]).AsSingle();
            sums[slot] = sum.AsDouble().ToScalar();
        }

        return used;
    }

    /// <summary>As <see cref="AddPairs"/>, with four sums an item.</summary>
    public static int AddQuads(int* labels, float* quads, int count, ulong bit, Workspace work, int used)
    {
        var slotOf = work.SlotOfLabel;
        var marks = work.Marks - 1;
        var sums = work.Sums - 4;
        var start = work.Base;
        for (var edge = 0; edge < count; edge++)
        {
            var label = labels[edge];
            var known = slotOf[label] - start;
            var isNew = (int)((uint)(known - 1) >> 31);
            used += isNew;
            var slot = (long)((known & (isNew - 1)) | (used & -isNew));
            slotOf[label] = start + (int)slot;
            marks[slot] |= (uint)label | bit;
            var sum = sums + (slot * 4);
            (Vector128.LoadAligned(sum) + Vector128.LoadAligned(quads + (4L * edge))).StoreAligned(sum);
        }

        return used;
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
}
