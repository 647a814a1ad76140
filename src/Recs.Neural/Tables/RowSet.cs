using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recs.Neural.Tables;

/// <summary>Some of the rows of a chunk: a bit each, and a bit per word of them that is not empty.</summary>
/// <param name="words">The words, all zero, which somebody else keeps in place.</param>
sealed unsafe class RowSet(ulong* words)
{
    ulong _filled;

    /// <summary>Puts a row in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int place)
    {
        words[place / 64] |= 1UL << place;
        _filled |= 1UL << (place / 64);
    }

    /// <summary>Takes a row out.</summary>
    public void Remove(int place)
    {
        words[place / 64] &= ~(1UL << place);
        _filled &= words[place / 64] == 0 ? ~(1UL << (place / 64)) : ulong.MaxValue;
    }

    /// <summary>Takes the lowest row out.</summary>
    /// <returns><see cref="EmbeddingTable.None"/> when it is empty. Constant time.</returns>
    public int TakeLowest()
    {
        if (_filled == 0)
        {
            return EmbeddingTable.None;
        }

        var word = BitOperations.TrailingZeroCount(_filled);
        var place = (word * 64) + BitOperations.TrailingZeroCount(words[word]);
        Remove(place);
        return place;
    }

    /// <summary>64 rows, a bit each.</summary>
    public ulong Word(int word) => words[word];
}
