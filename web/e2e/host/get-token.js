// What a page of the owner does to have the dashboard: a function that gets a token.
const given = new URLSearchParams(location.search);
document.documentElement.lang = given.get('lang') ?? 'en';

globalThis.getToken = async () => {
  const response = await fetch(`/host/token?${given}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return (await response.json()).token;
};
