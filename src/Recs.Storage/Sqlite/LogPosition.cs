namespace Recs.Storage.Sqlite;

/// <summary>Partition and offset in one row id: partition * 2^40 + offset. Stored, so never changed without a migration.</summary>
static class LogPosition
{
    /// <summary>Highest offset: 2^40 - 1, that is 34 years of a thousand rows a second.</summary>
    public const long OffsetMax = (1L << OffsetBits) - 1;

    const int OffsetBits = 40;

    public static long Of(int partition, long offset) => ((long)partition << OffsetBits) | offset;

    public static int Partition(long position) => (int)(position >> OffsetBits);

    public static long Offset(long position) => position & OffsetMax;
}
