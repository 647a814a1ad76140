namespace Recs.Silo.Door;

/// <summary>A request is refused: status, the field that is wrong, and why.</summary>
public sealed class DoorException : Exception
{
    public DoorException()
        : this(StatusCodes.Status400BadRequest, "$", "The request is not valid.")
    {
    }

    public DoorException(string message)
        : this(StatusCodes.Status400BadRequest, "$", message)
    {
    }

    public DoorException(string message, Exception? innerException)
        : base(message, innerException)
    {
        (Status, Field) = (StatusCodes.Status400BadRequest, "$");
    }

    public DoorException(int status, string field, string message)
        : base(message) => (Status, Field) = (status, field);

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The field, <c>$</c> for the whole body.</summary>
    public string Field { get; }
}
