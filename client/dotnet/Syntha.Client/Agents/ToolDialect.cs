namespace Syntha.Client;

/// <summary>The form in which a model's vendor wants tools defined.</summary>
public enum ToolDialect
{
    /// <summary>OpenAI: <c>{"type": "function", "function": {…}}</c>.</summary>
    OpenAI = 1,

    /// <summary>The same in strict mode: every parameter is required, and one that may be left out takes null.</summary>
    OpenAIStrict = 2,

    /// <summary>Anthropic: <c>{"name", "description", "input_schema"}</c>.</summary>
    Anthropic = 3,

    /// <summary>LangChain and LangGraph: <c>{"name", "description", "parameters"}</c>.</summary>
    LangChain = 4,

    /// <summary>Agno: the fields of its Function.</summary>
    Agno = 5,

    /// <summary>Gemini: a FunctionDeclaration.</summary>
    Gemini = 6,

    /// <summary>Model Context Protocol: a Tool.</summary>
    Mcp = 7,

    /// <summary>Plain JSON Schema: the schema of the arguments, with the tool's title and description.</summary>
    JsonSchema = 8,
}
