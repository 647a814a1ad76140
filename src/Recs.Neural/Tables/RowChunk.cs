namespace Recs.Neural.Tables;

/// <summary>Some rows of a table: columns of the same index. Rows never move.</summary>
sealed class RowChunk(int width)
{
    /// <summary>Rows of a chunk, a power of two.</summary>
    public const int Rows = 1 << Shift;

    /// <summary>log₂ of <see cref="Rows"/>.</summary>
    public const int Shift = 12;

    /// <summary>Ids; zero for a row that is free.</summary>
    public UInt128[] Keys { get; } = new UInt128[Rows];

    /// <summary>Numbers, shape [Rows x width].</summary>
    public float[] Values { get; } = new float[Rows * width];

    /// <summary>Odd while a row is being written; another number after it.</summary>
    public int[] Versions { get; } = new int[Rows];

    /// <summary>When each id was met last, in seconds.</summary>
    public uint[] SeenAt { get; } = new uint[Rows];

    /// <summary>Number of each id's last meeting, modulo 2^32.</summary>
    public uint[] Meetings { get; } = new uint[Rows];

    /// <summary>The row met next before each; −1 for the longest ago, and the next free row for a free one.</summary>
    public int[] Older { get; } = new int[Rows];

    /// <summary>The row met next after each; −1 for the last.</summary>
    public int[] Newer { get; } = new int[Rows];

    /// <summary>Whether the row was written since the last synchronisation.</summary>
    public bool[] IsTouched { get; } = new bool[Rows];

    /// <summary>A bit per page: whether one of its rows is not stored as it is.</summary>
    public ulong[] ChangedPages { get; } = new ulong[Rows / EmbeddingTable.RowsPerPage / 64];
}
