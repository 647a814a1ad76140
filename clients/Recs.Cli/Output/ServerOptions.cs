using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Recs.Cli.Output;

/// <summary>The options of every command that talks to a server.</summary>
static class ServerOptions
{
    const string KeyVariable = "RECS_API_KEY";

    public static readonly Option<Uri> Url = new("--url")
    {
        Description = "Address of the server.",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri("http://localhost:8080/"),
        CustomParser = result => Address(result, "--url"),
    };

    public static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = $"Key for a server that asks for one; default: the environment variable {KeyVariable}.",
        HelpName = "KEY",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null,
    };

    public static readonly Option<string?> Json = new("--json")
    {
        Description = "Also write the result as JSON to this file.",
        HelpName = "FILE",
        CustomParser = result =>
        {
            var path = result.Tokens[0].Value;
            if (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                result.AddError($"--json: cannot write '{path}': no such folder, or not a file");
            }

            return path;
        },
    };

    /// <summary>A command with these options and its own.</summary>
    public static Command Command(string name, string description, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.Add(Url);
        command.Add(ApiKey);
        command.Add(Json);
        return command;
    }

    /// <summary>Reads the address of a server.</summary>
    public static Uri? Address(ArgumentResult result, string name)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        result.AddError($"{name}: '{text}' is not an http address");
        return null;
    }

    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int byDefault, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a whole number from {least} to {most}");
            return byDefault;
        },
    };

    /// <summary>A share with a default, in [0, 1].</summary>
    public static Option<double> Share(string name, string description, double byDefault) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1)
            {
                return value;
            }

            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a number from 0 to 1");
            return byDefault;
        },
    };
}
