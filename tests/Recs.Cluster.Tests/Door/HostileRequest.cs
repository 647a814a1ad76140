using System.Text;

namespace Recs.Cluster.Tests.Door;

/// <summary>A request that nobody sends by accident.</summary>
public sealed record HostileRequest(string Method, string Path, string? ContentType, byte[] Body)
{
    const int ShownMax = 400;

    /// <summary>The request as a client sends it.</summary>
    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(Path, UriKind.Relative));
        if (Method is "PUT" or "POST")
        {
            message.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
            {
                _ = message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        return message;
    }

    /// <summary>As a failing test prints it.</summary>
    public override string ToString() =>
        $"{Method} {Path} {ContentType ?? "(no type)"} {Body.Length} bytes: {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, ShownMax)))}";
}
