using System.Globalization;

namespace Recs.Client;

/// <summary>The service answered with an error: an RFC 9457 problem, or whatever stood in its place.</summary>
public sealed class RecsException : Exception
{
    /// <summary>An error without details.</summary>
    public RecsException(int status, string title)
        : this(status, title, null, new Dictionary<string, string[]>(StringComparer.Ordinal))
    {
    }

    /// <summary>An error as the service described it.</summary>
    /// <param name="status">The HTTP status, such as 400.</param>
    /// <param name="title">What went wrong, in a few words.</param>
    /// <param name="detail">What went wrong this time, if the service said so.</param>
    /// <param name="errors">What is wrong with each field; empty when the service named none.</param>
    public RecsException(int status, string title, string? detail, IReadOnlyDictionary<string, string[]> errors)
        : base(Describe(status, title, detail, errors))
    {
        Status = status;
        Title = title;
        Detail = detail;
        Errors = errors;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What went wrong, in a few words.</summary>
    public string Title { get; }

    /// <summary>What went wrong this time; null when the service did not say.</summary>
    public string? Detail { get; }

    /// <summary>What is wrong with each field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    static string Describe(int status, string title, string? detail, IReadOnlyDictionary<string, string[]> errors)
    {
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{status} {title}") };
        if (!string.IsNullOrEmpty(detail))
        {
            parts.Add(detail);
        }

        parts.AddRange(errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}"));
        return string.Join("; ", parts);
    }
}
