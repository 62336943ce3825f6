// Runs in a sandbox: all that it has is what the panel gave to it.
galley.onData(({ posts, site }) => {
  const cards = posts.map(({ title, excerpt }) => {
    const card = document.createElement('article');
    const account = document.createElement('small');
    account.textContent = site;
    const heading = document.createElement('h2');
    heading.textContent = title;
    const words = document.createElement('p');
    words.textContent = excerpt;
    card.append(account, heading, words);
    return card;
  });
  document.body.replaceChildren(...cards);
});
