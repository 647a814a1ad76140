using System.Net;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Where the silo listens, and whether that is allowed without keys.</summary>
static class ListenAddresses
{
    /// <summary>Where the silo listens when nothing else is said.</summary>
    public const string Default = "http://localhost:8080";

    const string Urls = "urls";

    /// <summary>
    /// Falls back to <see cref="Default"/>, and refuses to listen where anybody could call without a key.
    /// </summary>
    /// <remarks>
    /// The default is set here and not in <c>appsettings.json</c>, because a file would win over ASPNETCORE_URLS.
    /// </remarks>
    /// <exception cref="OptionsRefusedException">An address is malformed, or is not loopback and there are no keys.</exception>
    public static void Settle(IConfiguration configuration, AuthOptions auth)
    {
        var addresses = Of(configuration);
        if (addresses.Count == 0)
        {
            configuration[Urls] = Default;
            return;
        }

        var open = addresses.FirstOrDefault(address => !IsLoopback(address));
        if (open is not null && auth.Keys.Count == 0 && !auth.AllowAnonymous)
        {
            throw new OptionsRefusedException(
                $"{open} is not a loopback address: set Recs:Auth:Keys, or Recs:Auth:AllowAnonymous=true to let anybody call.");
        }
    }

    /// <summary>Every address that the web server will listen at; none when nothing is said.</summary>
    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => endpoint["Url"] ?? "").Where(url => url.Length > 0);
        var urls = Split(configuration[Urls]).ToArray();
        // Ports without addresses are every interface; addresses win over them.
        var ports = urls.Length > 0
            ? []
            : Split(configuration["http_ports"]).Select(port => $"http://*:{port}")
                .Concat(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"));
        return [.. endpoints, .. urls, .. ports];
    }

    /// <summary>Whether only this machine can reach an address.</summary>
    /// <exception cref="OptionsRefusedException">It is no address.</exception>
    public static bool IsLoopback(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException malformed)
        {
            throw new OptionsRefusedException($"'{address}' is not an address to listen at, such as {Default}.", malformed);
        }

        // The server takes any other name than localhost for every interface.
        return parsed.IsUnixPipe
            || parsed.IsNamedPipe
            || string.Equals(parsed.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
