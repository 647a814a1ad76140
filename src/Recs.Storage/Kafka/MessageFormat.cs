namespace Recs.Storage.Kafka;

/// <summary>Headers of a message that say what its value is.</summary>
public static class MessageFormat
{
    /// <summary>Names the form of the value; a message without it is <see cref="Lines"/>.</summary>
    public const string Header = "recs-format";

    /// <summary>Holds the number of records in a binary value, as decimal digits.</summary>
    public const string CountHeader = "recs-count";

    /// <summary>Log records, one after the other, each framed by its own length.</summary>
    public const string Binary = "1";

    /// <summary>JSON, one feedback event a line.</summary>
    public const string Lines = "ndjson";
}
