namespace Recs.Silo.Door;

/// <summary>What is wrong with the fields of one document, in the order in which they were read.</summary>
sealed class FieldFaults
{
    /// <summary>Most faults that are told; a caller with more has other worries than the rest.</summary>
    public const int Max = 32;

    readonly List<(string Field, string Detail)> _faults = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool None => _faults.Count == 0;

    /// <summary>The first fault.</summary>
    public (string Field, string Detail) First => _faults[0];

    /// <summary>Adds a fault.</summary>
    public void Add(string field, string detail)
    {
        if (_faults.Count < Max)
        {
            _faults.Add((field, detail));
        }
    }

    /// <summary>Forgets everything, for the next document.</summary>
    public void Clear() => _faults.Clear();

    /// <summary>Refuses the request where anything is wrong.</summary>
    /// <exception cref="DoorException">Names every field that is wrong.</exception>
    public void ThrowIfAny()
    {
        if (!None)
        {
            throw new DoorException(_faults
                .GroupBy(fault => fault.Field, fault => fault.Detail, StringComparer.Ordinal)
                .ToDictionary(field => field.Key, field => field.ToArray(), StringComparer.Ordinal));
        }
    }
}
