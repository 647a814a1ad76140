namespace Recs.Trainer;

/// <summary>Arguments or stored data cannot be used: the message says what and where, in one line.</summary>
sealed class BadInputException(string message) : Exception(message);
