using Syntha.Mesh.Prompts;

namespace Syntha.Mesh.Tests.Prompts;

/// <summary>The results of str.title in Python 3.</summary>
public sealed class TitleCaseTests
{
    public static TheoryData<string, string> PythonTitles { get; } = new()
    {
        { "trip", "Trip" },
        { "api url2x", "Api Url2X" },
        { "o'neil", "O'Neil" },
        { "\u0391\u03a3 \u03a3\u0391\u03a3", "\u0391\u03c2 \u03a3\u03b1\u03c2" },
        { "\u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3", "\u039f\u03b4\u03bf\u03c2 \u039f\u03b4\u03bf\u03c2" },
        { "stra\u00dfe \u00dftra\u00dfe", "Stra\u00dfe Sstra\u00dfe" },
        { "\ufb01sh \ufb01nger", "Fish Finger" },
        { "\u01c6ungla", "\u01c5ungla" },
        { "\u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8", "\u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8" },
        { "\u1fb3\u03b4\u03b7\u03c2", "\u1fbc\u03b4\u03b7\u03c2" },
        { "x\u00b2y", "X\u00b2Y" },
        { "\u2173 \u2173a", "\u2163 \u2163a" },
        { "a.b/c-d", "A.B/C-D" },
        { "\u0131stanbul \u0130STANBUL", "Istanbul \u0130stanbul" },
        { "\u65e5\u672c\u8a9e key", "\u65e5\u672c\u8a9e Key" },
        { "\u00e9lan \u00c9LAN", "\u00c9lan \u00c9lan" },
        { "1st 2ND", "1St 2Nd" },
        { "\u0149 \u0149x", "\u02bcN \u02bcNx" },
        { " lead and  double ", " Lead And  Double " },
        { "", "" },
        { "\U0001f389party \U00010428\U00010428", "\U0001f389Party \U00010400\U00010428" },
    };

    [Theory]
    [MemberData(nameof(PythonTitles))]
    public void Of_AnyText_IsWhatPythonMakesOfIt(string text, string title) => Assert.Equal(title, TitleCase.Of(text));
}
