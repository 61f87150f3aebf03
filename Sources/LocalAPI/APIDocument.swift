import Retail

/// The API as an OpenAPI 3.1 document, made from the commands themselves: what it lists is what is served.
struct APIDocument {
    let isHub: Bool

    var json: JSONValue {
        var paths: [String: JSONValue] = [:]
        for command in APIRoutes.commands(atHub: isHub) {
            paths[APIRoutes.path(of: command)] = [command.isChange ? "post" : "get": operation(command)]
        }
        paths["/openapi.json"] = [
            "get": [
                "operationId": "openapi", "summary": "This document.",
                "responses": ["200": Self.answer("the document")],
            ]
        ]
        return [
            "openapi": "3.1.0",
            "info": [
                "title": .text("Linli retail API of \(isHub ? "the hub" : "a store")"), "version": "1",
                "description": """
                Quantities are thousandths of the unit, money is 分, times are milliseconds since 1970 UTC; all whole \
                numbers. A change takes an Idempotency-Key and may be repeated with it: it is done once. From this \
                machine no key is needed.
                """,
            ],
            "paths": .object(paths),
            "components": [
                "schemas": ["Problem": Self.problem],
                "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
            ],
            "security": [["key": []], [:]],
        ]
    }

    private func operation(_ command: RetailCommand) -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .text(command.name), "summary": .text(command.summary),
            "description": .text(
                "For keys of the role \((command.roles.map(\.rawValue) + ["operator"]).sorted().joined(separator: ", "))."
            ),
            "responses": [
                "200": Self.answer("done"),
                "default": [
                    "description": "not done; nothing was changed",
                    "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
                ],
            ],
        ]
        if command.isChange {
            operation["parameters"] = [
                [
                    "name": "Idempotency-Key", "in": "header", "required": true,
                    "description": "one for each command; the same when it is repeated",
                    "schema": [
                        "type": "string", "minLength": 1, "maxLength": .integer(Int64(IdempotencyKey.bytesMax)),
                        "pattern": "^[!-~]+$",
                    ],
                ]
            ]
            operation["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": Self.schema(of: command.fields)]],
            ]
        } else {
            operation["parameters"] = .list(
                command.fields.map { field in
                    [
                        "name": .text(field.name), "in": "query", "required": .bool(field.isRequired),
                        "description": .text(field.about), "schema": Self.schema(of: field.kind),
                    ]
                }
            )
        }
        return .object(operation)
    }

    private static func answer(_ about: String) -> JSONValue {
        ["description": .text(about), "content": ["application/json": ["schema": ["type": "object"]]]]
    }

    private static func schema(of fields: [Field]) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            guard case .object(var schema) = schema(of: field.kind) else { continue }
            schema["description"] = .text(field.about)
            properties[field.name] = .object(schema)
        }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "required": .list(fields.filter(\.isRequired).map { .text($0.name) }),
        ]
    }

    private static func schema(of kind: Field.Kind) -> JSONValue {
        switch kind {
        // Bytes, of which a character has up to four.
        case .text(let bytesMax):
            [
                "type": "string", "minLength": 1, "maxLength": .integer(Int64(bytesMax)),
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
            ]
        case .integer(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .boolean: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .list(words.map { .text($0) })]
        case .object(let fields): schema(of: fields)
        case .list(let fields, let countMax):
            ["type": "array", "minItems": 1, "maxItems": .integer(Int64(countMax)), "items": schema(of: fields)]
        }
    }

    private static let problem: JSONValue = [
        "type": "object",
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string", "description": "what happened"],
            "code": [
                "type": "string", "description": "stable",
                "enum": .list(
                    RetailError.Code.allCases.map { .text($0.rawValue) }
                ),
            ],
            "thing": ["type": "string", "description": "what it is about"],
            "cure": ["type": "string", "description": "what to do"],
        ],
        "required": ["type", "title", "status", "detail", "code", "thing", "cure"],
    ]
}
