//! The handlers themselves, by the path of their original, and the way to each.

use super::*;

async fn query(Query(queried): Query<Queried>) -> Told {
    Ok(Reply::ok(queried))
}

async fn filters(Query(Grouped(filters)): Query<Grouped<Filters>>) -> Told {
    Ok(Reply::ok(filters))
}

async fn strict_filters(Query(Grouped(filters)): Query<Grouped<StrictFilters>>) -> Told {
    Ok(Reply::ok(filters))
}

async fn headers(Header(sent): Header<Sent>) -> Told {
    Ok(Reply::ok(sent))
}

async fn grouped_headers(Header(Grouped(headers)): Header<Grouped<Headers>>) -> Told {
    Ok(Reply::ok(headers))
}

async fn strict_headers(Header(Grouped(headers)): Header<Grouped<StrictHeaders>>) -> Told {
    Ok(Reply::ok(headers))
}

async fn cookies(Cookie(cookies): Cookie<Cookies>) -> Told {
    Ok(Reply::ok(cookies))
}

async fn strict_cookies(Cookie(Grouped(cookies)): Cookie<Grouped<StrictCookies>>) -> Told {
    Ok(Reply::ok(cookies))
}

async fn form(Form(filled): Form<Filled>) -> Told {
    Ok(Reply::ok(filled))
}

async fn sheet(Form(Grouped(sheet)): Form<Grouped<Sheet>>) -> Told {
    Ok(Reply::ok(sheet))
}

async fn strict_sheet(Form(Grouped(sheet)): Form<Grouped<StrictSheet>>) -> Told {
    Ok(Reply::ok(sheet))
}

async fn login(Form(form): Form<PasswordForm>) -> Told {
    let _ = form.grant_type;
    Ok(Reply::ok(LoggedIn {
        username: form.username,
        password: form.password,
        scopes: form.scope.split_whitespace().map(str::to_owned).collect(),
        client_id: form.client_id,
        client_secret: form.client_secret,
    }))
}

async fn upload(Form(uploaded): Form<Uploaded>) -> Told {
    Ok(Reply::ok(Shown {
        file: ShownFile::of(&uploaded.file),
        note: uploaded.note,
        other: uploaded.other.as_ref().map(ShownFile::of),
        more: uploaded.more.iter().map(ShownFile::of).collect(),
    }))
}

async fn raw(Form(raw): Form<Raw>) -> Told {
    let encoded = |bytes: &Bytes| STANDARD.encode(bytes);
    Ok(Reply::ok(ShownRaw { content: encoded(&raw.content), maybe: raw.maybe.as_ref().map(encoded) }))
}

async fn item(Body(item): Body<Item>) -> Told {
    Ok(Reply::ok(item))
}

async fn maybe_item(Body(item): Body<Option<Item>>) -> Told {
    Ok(Reply::ok(item))
}

async fn numbers(Body(numbers): Body<Vec<Whole>>) -> Told {
    Ok(Reply::ok(numbers))
}

async fn text(Body(text): Body<String>) -> Told {
    Ok(Reply::ok(text))
}

async fn both(Embedded(both): Embedded<Both>) -> Told {
    Ok(Reply::ok(both))
}

async fn embedded(Embedded(OneItem { item }): Embedded<OneItem>) -> Told {
    Ok(Reply::ok(item))
}

async fn path(Path((a, b)): Path<(Whole, String)>) -> Told {
    Ok(Reply::ok(Pair { a, b }))
}

async fn converted_int(Path(AtLeastFive { i }): Path<AtLeastFive>) -> Told {
    Ok(Reply::ok(i))
}

async fn converted_float(Path(AtMostFive { x }): Path<AtMostFive>) -> Told {
    Ok(Reply::ok(x))
}

async fn int_as_float(Path(i): Path<f64>) -> Told {
    Ok(Reply::ok(i))
}

async fn as_text(Path(text): Path<String>) -> Told {
    Ok(Reply::ok(text))
}

/// The body before all else and the path last: the order of errors is not that of the arguments.
async fn everything(
    Body(item): Body<Item>,
    Cookie(OfCookie { c }): Cookie<OfCookie>,
    Header(OfHeader { x_h }): Header<OfHeader>,
    Query(OfQuery { q }): Query<OfQuery>,
    Path(p): Path<Whole>,
) -> Told {
    Ok(Reply::ok(Everything { item, c, x_h, q, p }))
}

pub(in crate::requests) async fn answer(ask: &Ask, framework: Framework) -> Answered {
    let (path, _) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
    let told = match path.split('/').nth(1).unwrap() {
        "query" => call(query, ask, "/query", framework).await,
        "filters" => call(filters, ask, "/filters", framework).await,
        "strict-filters" => call(strict_filters, ask, "/strict-filters", framework).await,
        "headers" => call(headers, ask, "/headers", framework).await,
        "grouped-headers" => call(grouped_headers, ask, "/grouped-headers", framework).await,
        "strict-headers" => call(strict_headers, ask, "/strict-headers", framework).await,
        "cookies" => call(cookies, ask, "/cookies", framework).await,
        "strict-cookies" => call(strict_cookies, ask, "/strict-cookies", framework).await,
        "form" => call(form, ask, "/form", framework).await,
        "sheet" => call(sheet, ask, "/sheet", framework).await,
        "strict-sheet" => call(strict_sheet, ask, "/strict-sheet", framework).await,
        "login" => call(login, ask, "/login", framework).await,
        "upload" => call(upload, ask, "/upload", framework).await,
        "bytes" => call(raw, ask, "/bytes", framework).await,
        "item" => call(item, ask, "/item", framework).await,
        "maybe-item" => call(maybe_item, ask, "/maybe-item", framework).await,
        "numbers" => call(numbers, ask, "/numbers", framework).await,
        "text" => call(text, ask, "/text", framework).await,
        "both" => call(both, ask, "/both", framework).await,
        "embedded" => call(embedded, ask, "/embedded", framework).await,
        _ => of_path(path, ask, framework).await,
    };
    let response = told.unwrap_or_else(|failure| rendered(&failure));
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    Answered { status: response.status().as_u16(), body }
}

async fn of_path(path: &str, ask: &Ask, framework: Framework) -> Result<Response<Bytes>, Failure> {
    match path.split('/').nth(1).unwrap() {
        "path" => call(self::path, ask, "/path/{a}/{b}", framework).await,
        "int" => call(converted_int, ask, "/int/{i:int}", framework).await,
        "float" => call(converted_float, ask, "/float/{x:float}", framework).await,
        "int-as-float" => call(int_as_float, ask, "/int-as-float/{i:int}", framework).await,
        "int-as-text" => call(as_text, ask, "/int-as-text/{i:int}", framework).await,
        "uuid" => call(as_text, ask, "/uuid/{u:uuid}", framework).await,
        "rest" => call(as_text, ask, "/rest/{rest:path}", framework).await,
        "all" => call(everything, ask, "/all/{p}", framework).await,
        other => panic!("there is no twin of {other}"),
    }
}

/// As `native` does it, without the unit of work.
async fn call<H, T>(
    handler: H,
    ask: &Ask,
    template: &str,
    framework: Framework,
) -> Result<Response<Bytes>, Failure>
where
    H: Handler<T, ()>,
    T: Arguments,
{
    let (path, query) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
    let headers: HeaderMap = ask
        .headers
        .iter()
        .map(|(name, value)| {
            (HeaderName::try_from(name.as_str()).unwrap(), HeaderValue::from_bytes(value).unwrap())
        })
        .collect();
    let rules = framework.requests();
    let bytes = Bytes::copy_from_slice(&ask.body);
    let body = match T::BODY {
        Some(kind) => Received::read(kind, &bytes, headers.get(CONTENT_TYPE), rules)?,
        None => Received::Nothing,
    };
    let path = PathParams::of(params(template, path), template);
    let asked = Asked { path, query: query.to_owned(), headers, body, rules };
    let mut request = Request::new(AxumBody::empty());
    *request.extensions_mut() = T::read(&asked);
    let mut answer = handler.call(request, ()).await;
    if let Some(failure) = answer.extensions_mut().remove::<Failure>() {
        return Err(failure);
    }
    answer.extensions_mut().remove::<Reply>().unwrap().render(framework)
}

/// The parts of a path that fits; the last takes what is left.
fn params(template: &str, path: &str) -> Vec<(String, String)> {
    let declared: Vec<&str> = template.split('/').collect();
    let given = path.splitn(declared.len(), '/');
    declared
        .iter()
        .zip(given)
        .filter_map(|(declared, given)| {
            let name = declared.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.split(':').next()?.to_owned(), given.to_owned()))
        })
        .collect()
}
